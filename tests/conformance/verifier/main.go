// Verifier checks a party's public folder without any of Waternet's own code.
//
// It stands on golang.org/x/mod/sumdb/note and sumdb/tlog, the packages that check
// Go's own module database, so that two independent implementations agree on every
// signature, hash and proof.
//
//	verifier <public folder or mirror> <log vkey> <steward vkey> [proofs.json] [<witness vkey>...]
//	verifier proof <file.tlog-proof> <log vkey> <steward vkey> [<witness vkey>...]
//	verifier cosign <checkpoint> <witness signing key> <seconds since 1970>
//
// One line is printed per check. The first failure ends it with status 1 and names
// the entry. The last form prints the checkpoint with one more line, for others to check.
package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height = 8
	width  = 1 << height
)

// folder reads a log's static files.
type folder string

// Height is how many levels of the tree one tile spans.
func (f folder) Height() int { return height }

// SaveTiles keeps nothing: every run checks everything anew.
func (f folder) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

// ReadTiles reads hash tiles; the caller checks them against the tree.
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		content, err := f.read(path(tile))
		if err != nil {
			return nil, err
		}
		if len(content) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes", path(tile), len(content))
		}
		all = append(all, content)
	}
	return all, nil
}

func (f folder) read(path string) ([]byte, error) {
	return os.ReadFile(filepath.Join(string(f), filepath.FromSlash(path)))
}

// path is where tlog-tiles puts a tile: sumdb has the height before the level, and
// calls the level of the entries "data".
func path(tile tlog.Tile) string {
	parts := strings.SplitN(tile.Path(), "/", 4)
	if parts[2] == "data" {
		parts[2] = "entries"
	}
	return strings.Join([]string{parts[0], parts[2], parts[3]}, "/")
}

// tileAt is the n-th tile of a level in a log of a size.
func tileAt(level int, n, size int64) tlog.Tile {
	w := size - n*width
	if w > width {
		w = width
	}
	return tlog.Tile{H: height, L: level, N: n, W: int(w)}
}

func (f folder) checkpoint(vkey string, witnesses []note.Verifier) (string, tlog.Tree, error) {
	signed, err := f.read("checkpoint")
	if err != nil {
		return "", tlog.Tree{}, err
	}
	return openCheckpoint(signed, vkey, witnesses)
}

// openCheckpoint checks that the log signed it, and that every one of witnesses did.
func openCheckpoint(signed []byte, vkey string, witnesses []note.Verifier) (string, tlog.Tree, error) {
	var none tlog.Tree
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return "", none, err
	}
	if _, err := note.Open(signed, note.VerifierList(verifier)); err != nil {
		return "", none, err
	}
	opened, err := note.Open(signed, note.VerifierList(append(witnesses, verifier)...))
	if err != nil {
		return "", none, err
	}
	if err := sayCosignatures(opened, witnesses); err != nil {
		return "", none, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] != verifier.Name() {
		return "", none, fmt.Errorf("malformed text %q", opened.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return "", none, err
	}
	root, err := tlog.ParseHash(lines[2])
	return lines[0], tlog.Tree{N: size, Hash: root}, err
}

// bundle reads the entries under one tile of level 0. Where it is damaged it returns
// those before the damage.
func (f folder) bundle(n, size int64) ([][]byte, error) {
	tile := tileAt(-1, n, size)
	content, err := f.read(path(tile))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(content) > 0 {
		if len(content) < 2 {
			return entries, errors.New("the bundle is cut short")
		}
		end := 2 + int(content[0])<<8 + int(content[1])
		if end > len(content) {
			return entries, errors.New("the bundle is cut short")
		}
		entries, content = append(entries, content[2:end]), content[end:]
	}
	if len(entries) != tile.W {
		return entries, fmt.Errorf("%d entries in place of %d", len(entries), tile.W)
	}
	return entries, nil
}

// suspect names the first entry whose bytes are not those of its leaf hash.
func (f folder) suspect(size int64) string {
	for n := int64(0); n*width < size; n++ {
		tile := tileAt(0, n, size)
		hashes, _ := f.read(path(tile))
		entries, _ := f.bundle(n, size)
		for i := 0; i < tile.W; i++ {
			end := (i + 1) * tlog.HashSize
			if i >= len(entries) || end > len(hashes) ||
				tlog.RecordHash(entries[i]) != tlog.Hash(*(*[tlog.HashSize]byte)(hashes[end-tlog.HashSize : end])) {
				return fmt.Sprintf("entry %d", n*width+int64(i))
			}
		}
	}
	return "a tile above level 0"
}

// entries checks every entry against the tree and its note against the steward.
func (f folder) entries(origin string, tree tlog.Tree, vkey string) ([]tlog.Hash, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, err
	}
	stewards := note.VerifierList(verifier)
	reader := tlog.TileHashReader(tree, f)
	var leaves []tlog.Hash
	for n := int64(0); n*width < tree.N; n++ {
		entries, damage := f.bundle(n, tree.N)
		var stored []int64
		for i := 0; i < tileAt(0, n, tree.N).W; i++ {
			stored = append(stored, tlog.StoredHashIndex(0, n*width+int64(i)))
		}
		hashes, err := reader.ReadHashes(stored)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.suspect(tree.N), err)
		}
		for i, hash := range hashes {
			index := n*width + int64(i)
			if i >= len(entries) {
				return nil, fmt.Errorf("entry %d: %w", index, damage)
			}
			if tlog.RecordHash(entries[i]) != hash {
				return nil, fmt.Errorf("entry %d: not the one in the tree", index)
			}
			if err := signed(entries[i], stewards, origin); err != nil {
				return nil, fmt.Errorf("entry %d: %w", index, err)
			}
		}
		if damage != nil {
			return nil, fmt.Errorf("entry %d: %w", n*width+int64(len(hashes))-1, damage)
		}
		leaves = append(leaves, hashes...)
	}
	return leaves, nil
}

func signed(entry []byte, stewards note.Verifiers, origin string) error {
	opened, err := note.Open(entry, stewards)
	if err != nil {
		return err
	}
	var fields struct{ Kind, Log string }
	if err := json.Unmarshal([]byte(opened.Text), &fields); err != nil {
		return err
	}
	if fields.Kind == "" || fields.Log != origin {
		return fmt.Errorf("kind %q of the log %q", fields.Kind, fields.Log)
	}
	return nil
}

// proofs are what the writer of the log offers to show.
type proofs struct {
	Inclusion []struct {
		Index, Size int64
		Proof       []string
	}
	Consistency []struct {
		Old, New int64
		Proof    []string
	}
}

func (f folder) proofs(path string, tree tlog.Tree, leaves []tlog.Hash) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var given proofs
	if err := json.Unmarshal(content, &given); err != nil {
		return err
	}
	reader := tlog.TileHashReader(tree, f)
	for _, p := range given.Inclusion {
		root, err := tlog.TreeHash(p.Size, reader)
		if err != nil {
			return err
		}
		proof, err := hashes(p.Proof)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, p.Size, root, p.Index, leaves[p.Index]); err != nil {
			return fmt.Errorf("entry %d: its proof in %d entries: %w", p.Index, p.Size, err)
		}
	}
	fmt.Printf("ok: %d inclusion proofs\n", len(given.Inclusion))
	for _, p := range given.Consistency {
		old, err := tlog.TreeHash(p.Old, reader)
		if err != nil {
			return err
		}
		root, err := tlog.TreeHash(p.New, reader)
		if err != nil {
			return err
		}
		proof, err := hashes(p.Proof)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(tlog.TreeProof(proof), p.New, root, p.Old, old); err != nil {
			return fmt.Errorf("consistency of %d with %d entries: %w", p.New, p.Old, err)
		}
		fmt.Printf("ok: %d entries continue %d\n", p.New, p.Old)
	}
	return nil
}

func hashes(written []string) ([]tlog.Hash, error) {
	var all []tlog.Hash
	for _, text := range written {
		content, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(content) != tlog.HashSize {
			return nil, fmt.Errorf("%q is not a hash", text)
		}
		var hash tlog.Hash
		copy(hash[:], content)
		all = append(all, hash)
	}
	return all, nil
}

func run(arguments []string) error {
	switch {
	case len(arguments) >= 4 && arguments[0] == "proof":
		return checkPortable(arguments[1], arguments[2], arguments[3], arguments[4:])
	case len(arguments) == 4 && arguments[0] == "cosign":
		return printCosigned(arguments[1], arguments[2], arguments[3])
	case len(arguments) >= 3:
		return checkFolder(folder(arguments[0]), arguments[1], arguments[2], arguments[3:])
	}
	return errors.New("expected <public folder> <log vkey> <steward vkey>, or proof, or cosign")
}

func checkFolder(f folder, log, steward string, more []string) error {
	given := ""
	if len(more) > 0 && strings.HasSuffix(more[0], ".json") {
		given, more = more[0], more[1:]
	}
	witnesses, err := newWitnesses(more)
	if err != nil {
		return err
	}
	origin, tree, err := f.checkpoint(log, witnesses)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	fmt.Printf("ok: checkpoint of %s at %d entries\n", origin, tree.N)
	leaves, err := f.entries(origin, tree, steward)
	if err != nil {
		return err
	}
	fmt.Printf("ok: %d entries are in the tree and signed by the steward\n", len(leaves))
	if given != "" {
		return f.proofs(given, tree, leaves)
	}
	return nil
}

func printCosigned(path, skey, written string) error {
	signed, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	seconds, err := strconv.ParseUint(written, 10, 64)
	if err != nil {
		return err
	}
	content, err := cosign(signed, skey, seconds)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(content)
	return err
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}
