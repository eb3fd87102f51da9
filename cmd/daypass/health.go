package main

import (
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/client"
)

func healthCommand() *cobra.Command {
	var within time.Duration
	c := &cobra.Command{
		Use:   "health",
		Short: "Ask whether a server is ready to decide",
		Long:  `Ask whether a server is ready to decide, once and with no credential. The exit code is 0 when it is. For the health checks of containers and balancers, and for scripts: an image has no other program to ask with.`,
		Example: `daypass health
daypass health --within 1s`,
		Args:    arguments(),
		GroupID: groupServer,
		RunE:    func(cmd *cobra.Command, _ []string) error { return health(cmd, within) },
	}
	c.Flags().String("server", "", "address of the server (default $DAYPASS_SERVER, or http://127.0.0.1:8080)")
	c.Flags().DurationVar(&within, "within", 3*time.Second, "how long to wait for the answer")
	return c
}

func health(cmd *cobra.Command, within time.Duration) error {
	if within <= 0 {
		return wrong(cmd, "--within %s leaves no time for an answer: give one such as 3s", within)
	}
	c, err := client.New(client.Options{Server: serverAddress(cmd), HTTP: &http.Client{Timeout: within}, Attempts: 1})
	if err != nil {
		return wrong(cmd, "%v", err)
	}
	if _, err := c.Ready(cmd.Context()); err != nil {
		return err
	}
	screenOf(cmd).say("The server is ready.")
	return nil
}
