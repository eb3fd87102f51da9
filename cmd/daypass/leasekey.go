package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/journal"
)

// leaseKeyFile holds the key that signs leases (R6.2): Ed25519, PKCS #8 in PEM.
const leaseKeyFile = "lease.key"

// metaLeaseKey is the id of the key that the data's leases are signed with.
const metaLeaseKey = "lease_key"

// metaLeasePrivate is the key itself, of data in a database whose servers are not given a file of it.
const metaLeasePrivate = "lease_key_private"

// leaseStore is where the key that signs leases lies.
type leaseStore struct {
	where string
	read  func() (api.SigningKey, error) // fs.ErrNotExist: there is none
	keep  func(pem []byte) error
}

// leaseStoreOf is a file, or the database: all servers on one have to sign with the same key.
func leaseStoreOf(ctx context.Context, j *journal.Journal, c houseConfig) leaseStore {
	path := c.leaseKey
	if path == "" && c.place.database == "" {
		path = filepath.Join(c.place.data, leaseKeyFile)
	}
	if path != "" {
		return leaseStore{path, func() (api.SigningKey, error) { return readLeaseKey(path) },
			func(pem []byte) error { return writeWhole(path, pem) }}
	}
	return leaseStore{"the key that signs leases in the database",
		func() (api.SigningKey, error) {
			text, ok, err := j.Meta(ctx, metaLeasePrivate)
			if err == nil && !ok {
				err = fs.ErrNotExist
			}
			if err != nil {
				return api.SigningKey{}, err
			}
			return parseLeaseKey([]byte(text), "the key that signs leases in the database")
		},
		func(pem []byte) error { return j.SetMeta(ctx, metaLeasePrivate, string(pem)) }}
}

// openLeaseKey reads the key of some data, and makes it at the first start. Another key than before would leave the
// leases that products hold unverifiable, so that has to be asked for.
func openLeaseKey(ctx context.Context, j *journal.Journal, c houseConfig) (api.SigningKey, error) {
	store := leaseStoreOf(ctx, j, c)
	kept, known, err := j.Meta(ctx, metaLeaseKey)
	if err != nil {
		return api.SigningKey{}, fmt.Errorf("reading which key signs leases: %w", err)
	}
	bound := known && !c.replaceLeaseKey
	key, err := store.read()
	if errors.Is(err, fs.ErrNotExist) && !bound {
		key, err = makeLeaseKey(store)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return key, fmt.Errorf("%s is missing, and products hold leases signed with it: put it back from a backup, name its file with --lease-key, or give them up with --replace-lease-key", store.where)
	case err != nil:
		return key, err
	case bound && key.ID() != kept:
		return key, fmt.Errorf("%s is not the key that this data's leases are signed with: put that one back, or give them up with --replace-lease-key", store.where)
	}
	return key, j.SetMeta(ctx, metaLeaseKey, key.ID())
}

// readLeaseKey refuses a key that others can read: they could sign passes that nobody paid for.
func readLeaseKey(path string) (api.SigningKey, error) {
	info, err := os.Stat(path)
	if err != nil {
		return api.SigningKey{}, fmt.Errorf("opening the key that signs leases: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return api.SigningKey{}, fmt.Errorf("%s is open to others (mode %04o), who could sign leases with it: run chmod 600 %s", path, mode, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return api.SigningKey{}, fmt.Errorf("reading the key that signs leases: %w", err)
	}
	return parseLeaseKey(text, path)
}

func parseLeaseKey(text []byte, where string) (api.SigningKey, error) {
	damaged := fmt.Errorf("%s is not an Ed25519 key in PEM: put it back from a backup", where)
	block, _ := pem.Decode(text)
	if block == nil {
		return api.SigningKey{}, damaged
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	private, ok := key.(ed25519.PrivateKey)
	if err != nil || !ok {
		return api.SigningKey{}, damaged
	}
	return api.NewSigningKey(private)
}

// makeLeaseKey writes the key whole or not at all.
func makeLeaseKey(store leaseStore) (api.SigningKey, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return api.SigningKey{}, fmt.Errorf("making the key that signs leases: %w", err)
	}
	bytes, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return api.SigningKey{}, fmt.Errorf("making the key that signs leases: %w", err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: bytes})
	if err := store.keep(text); err != nil {
		return api.SigningKey{}, fmt.Errorf("keeping the key that signs leases: %w", err)
	}
	return api.NewSigningKey(private)
}

// writeWhole writes a file for the owner alone that is there complete or not at all, also after a power cut.
func writeWhole(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // it is gone when all went well
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes a new name in a folder durable.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
