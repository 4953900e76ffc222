package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// cosignature is the signature type of c2sp.org/tlog-cosignature, which the note
// package does not know: it takes any note.Verifier.
const cosignature = 0x04

// witness checks the cosignatures of one key.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.hash }

// Verify takes a signature of 72 bytes: the time, and Ed25519 over it and the text.
func (w witness) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	seconds := binary.BigEndian.Uint64(signature)
	return seconds > 0 && ed25519.Verify(w.key, cosigned(text, seconds), signature[8:])
}

func cosigned(text []byte, seconds uint64) []byte {
	return []byte(fmt.Sprintf("cosignature/v1\ntime %d\n%s", seconds, text))
}

// splitKey takes a key apart: its name, and what stands behind the type 0x04.
func splitKey(written string) (string, []byte, error) {
	parts := strings.SplitN(written, "+", 3)
	if len(parts) != 3 {
		return "", nil, errors.New("malformed witness key")
	}
	content, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(content) != 33 || content[0] != cosignature {
		return "", nil, errors.New("not a witness key of type 0x04")
	}
	return parts[0], content[1:], nil
}

func keyID(name string, key ed25519.PublicKey) uint32 {
	hashed := append([]byte(name+"\n"), cosignature)
	digest := sha256.Sum256(append(hashed, key...))
	return binary.BigEndian.Uint32(digest[:4])
}

func newWitness(vkey string) (note.Verifier, error) {
	name, key, err := splitKey(vkey)
	if err != nil {
		return nil, err
	}
	found := witness{name, keyID(name, key), key}
	if fmt.Sprintf("%s+%08x+", name, found.hash) != vkey[:len(name)+10] {
		return nil, errors.New("the witness key is damaged")
	}
	return found, nil
}

func newWitnesses(vkeys []string) ([]note.Verifier, error) {
	var found []note.Verifier
	for _, vkey := range vkeys {
		one, err := newWitness(vkey)
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, nil
}

// sayCosignatures prints who cosigned and when, and demands that all of them did.
func sayCosignatures(opened *note.Note, witnesses []note.Verifier) error {
	for _, one := range witnesses {
		count := 0
		for _, line := range opened.Sigs {
			if line.Name == one.Name() && line.Hash == one.KeyHash() {
				content, err := base64.StdEncoding.DecodeString(line.Base64)
				if err != nil {
					return err
				}
				fmt.Printf("ok: cosigned by %s at %d\n", one.Name(), binary.BigEndian.Uint64(content[4:]))
				count++
			}
		}
		if count == 0 {
			return fmt.Errorf("not cosigned by %s", one.Name())
		}
	}
	return nil
}

// cosign returns a checkpoint with one more line, made with a witness's signing key.
func cosign(signed []byte, skey string, seconds uint64) ([]byte, error) {
	name, seed, err := splitKey(strings.TrimPrefix(skey, "PRIVATE+KEY+"))
	if err != nil {
		return nil, err
	}
	private := ed25519.NewKeyFromSeed(seed)
	text := signed[:bytes.LastIndex(signed, []byte("\n\n"))+1]
	line := make([]byte, 12, 76)
	binary.BigEndian.PutUint32(line, keyID(name, private.Public().(ed25519.PublicKey)))
	binary.BigEndian.PutUint64(line[4:], seconds)
	line = append(line, ed25519.Sign(private, cosigned(text, seconds))...)
	written := fmt.Sprintf("— %s %s\n", name, base64.StdEncoding.EncodeToString(line))
	return append(signed, written...), nil
}
