package torture

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
)

// keyring makes a key on one server, uses it on all, revokes it on one, and holds that from then on no server takes it.
type keyring struct {
	fleet *fleet
	team  string
	rng   *rand.Rand
}

func (k *keyring) work(ctx context.Context) error {
	for n := 0; ctx.Err() == nil; n++ {
		if err := k.turn(ctx, fmt.Sprint("ring-", n)); err != nil {
			return fmt.Errorf("the key ring-%d of %s: %w", n, k.team, err)
		}
		time.Sleep(time.Duration(k.rng.IntN(100)) * time.Millisecond)
	}
	return nil
}

func (k *keyring) turn(ctx context.Context, id string) error {
	key, err := anywhere(ctx, k.fleet, k.rng, "", func(ctx context.Context, c *client.Client) (api.APIKey, error) {
		return c.CreateKey(ctx, k.team, api.KeyRequest{ID: id, Role: api.KeyReports})
	})
	if key.Secret == "" {
		return exists(err) // made by an earlier try, and its secret is lost
	}
	if taken, err := k.use(ctx, key.Secret); err != nil {
		return fmt.Errorf("a new key is not taken: %w", err)
	} else if taken == 0 {
		return nil
	}
	revoked, err := anywhere(ctx, k.fleet, k.rng, "", func(ctx context.Context, c *client.Client) (api.APIKey, error) { return c.RevokeKey(ctx, k.team, id) })
	if err != nil || revoked.ID == "" {
		return err
	}
	k.fleet.counts.add(countKeys, 1)
	taken, err := k.use(ctx, key.Secret)
	if taken > 0 {
		return errors.New("it was revoked, and a server took it")
	}
	var problem *api.Problem
	if errors.As(err, &problem) && problem.Code == api.CodeCredentialInvalid {
		return nil
	}
	return err
}

// exists forgives that a repeated request finds what it made.
func exists(err error) error {
	var problem *api.Problem
	if errors.As(err, &problem) && problem.Code == api.CodeAlreadyExists {
		return nil
	}
	return err
}

// use tries a key on each server that answers, and returns how many took it, with the last problem of one that did not.
func (k *keyring) use(ctx context.Context, secret string) (taken int, refused error) {
	for _, s := range k.fleet.servers {
		c := s.client(secret)
		if c == nil {
			continue
		}
		once, cancel := context.WithTimeout(ctx, patience)
		_, err := c.Balance(once, k.team)
		cancel()
		var problem *api.Problem
		if err == nil {
			taken++
		} else if errors.As(err, &problem) && problem.Status < 500 {
			refused = err
		}
	}
	return taken, refused
}

// anywhere asks any server until one answers or the context ends; the answer is nothing then.
func anywhere[T any](ctx context.Context, fl *fleet, rng *rand.Rand, key string, f func(context.Context, *client.Client) (T, error)) (nothing T, err error) {
	for ctx.Err() == nil {
		c := pick(rng, fl.servers).client(key)
		if c == nil {
			time.Sleep(10 * time.Millisecond)
			continue
		}
		once, cancel := context.WithTimeout(ctx, patience)
		answer, err := f(once, c)
		cancel()
		var problem *api.Problem
		switch {
		case err == nil:
			return answer, nil
		case errors.As(err, &problem) && problem.Status < 500:
			return nothing, err
		}
		time.Sleep(10 * time.Millisecond)
	}
	return nothing, nil
}
