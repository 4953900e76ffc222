package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// portable is a file after c2sp.org/tlog-proof.
type portable struct {
	extra      []byte
	index      int64
	hashes     []tlog.Hash
	checkpoint []byte
}

func readPortable(path string) (portable, error) {
	var found portable
	content, err := os.ReadFile(path)
	if err != nil {
		return found, err
	}
	above, checkpoint, blank := bytes.Cut(content, []byte("\n\n"))
	lines := strings.Split(string(above), "\n")
	if !blank || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return found, errors.New("not a proof")
	}
	found.checkpoint, lines = checkpoint, lines[1:]
	if strings.HasPrefix(lines[0], "extra ") {
		found.extra, err = base64.StdEncoding.DecodeString(lines[0][len("extra "):])
		if err != nil {
			return found, err
		}
		lines = lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return found, errors.New("no index")
	}
	found.index, err = strconv.ParseInt(lines[0][len("index "):], 10, 64)
	if err != nil {
		return found, err
	}
	found.hashes, err = hashes(lines[1:])
	return found, err
}

// checkPortable checks a proof, the entry that it carries, and the files beside it.
func checkPortable(path, vkey, steward string, vkeys []string) error {
	proof, err := readPortable(path)
	if err != nil {
		return err
	}
	witnesses, err := newWitnesses(vkeys)
	if err != nil {
		return err
	}
	origin, tree, err := openCheckpoint(proof.checkpoint, vkey, witnesses)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	var carried struct{ Entry, Datastreams, Observations []byte }
	if err := json.Unmarshal(proof.extra, &carried); err != nil {
		return fmt.Errorf("extra: %w", err)
	}
	leaf := tlog.RecordHash(carried.Entry)
	if err := tlog.CheckRecord(proof.hashes, tree.N, tree.Hash, proof.index, leaf); err != nil {
		return fmt.Errorf("entry %d: %w", proof.index, err)
	}
	verifier, err := note.NewVerifier(steward)
	if err != nil {
		return err
	}
	if err := signed(carried.Entry, note.VerifierList(verifier), origin); err != nil {
		return fmt.Errorf("entry %d: %w", proof.index, err)
	}
	fmt.Printf("ok: entry %d of %d of %s, signed by the steward\n", proof.index, tree.N, origin)
	var named map[string]json.RawMessage
	line := bytes.SplitN(carried.Entry, []byte("\n"), 2)[0]
	if err := json.Unmarshal(line, &named); err != nil {
		return err
	}
	files := map[string][]byte{"datastreams": carried.Datastreams, "observations": carried.Observations}
	for name, content := range files {
		var reference struct{ Sha256 string }
		if content == nil {
			continue
		}
		digest := sha256.Sum256(content)
		err := json.Unmarshal(named[name], &reference)
		if err != nil || reference.Sha256 != hex.EncodeToString(digest[:]) {
			return fmt.Errorf("%s: not the file that entry %d names", name, proof.index)
		}
		fmt.Printf("ok: %s as signed\n", name)
	}
	return nil
}
