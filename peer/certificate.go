package peer

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"time"
)

var errStranger = errors.New("it does not have the secret that the servers of one database have")

// tlsOf has both sides of a connection show a certificate with one and the same key, which is made of a secret that
// all servers have. So each knows that the other belongs to them, and nobody in between reads or changes anything.
func tlsOf(secret [sha256.Size]byte) (*tls.Config, error) {
	key := ed25519.NewKeyFromSeed(secret[:])
	public := key.Public().(ed25519.PublicKey)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)}
	own, err := x509.CreateCertificate(rand.Reader, template, template, public, key)
	if err != nil {
		return nil, fmt.Errorf("making a certificate for other servers: %w", err)
	}
	belongs := func(s tls.ConnectionState) error {
		if len(s.PeerCertificates) == 0 {
			return errStranger
		}
		if theirs, ok := s.PeerCertificates[0].PublicKey.(ed25519.PublicKey); !ok || !theirs.Equal(public) {
			return errStranger
		}
		return nil
	}
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		Certificates:           []tls.Certificate{{Certificate: [][]byte{own}, PrivateKey: key}},
		ClientAuth:             tls.RequireAnyClientCert,
		InsecureSkipVerify:     true, // no name and no authority says who belongs, only the key does, which VerifyConnection looks at
		VerifyConnection:       belongs,
		SessionTicketsDisabled: true,
	}, nil
}
