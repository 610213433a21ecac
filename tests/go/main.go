// Reads a record as anybody's Go program would, with golang.org/x/mod/sumdb/{note,tlog} and nothing of ours: checks
// the checkpoint's signature, the inclusion of every entry, and that every older checkpoint is a prefix.
//
// Usage: record-check BASE VKEY [OLD-CHECKPOINT...]; BASE is a folder or an http address.
package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const width = 256

// A record is a place that files are read from by their path in it.
type record string

func (r record) read(path string) ([]byte, error) {
	place := strings.TrimSuffix(string(r), "/") + "/" + path
	if !strings.HasPrefix(place, "http") {
		return os.ReadFile(place)
	}
	response, err := http.Get(place)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, response.Status)
	}
	return io.ReadAll(response.Body)
}

// Height, ReadTiles and SaveTiles make a record a tlog.TileReader. Go's own paths name the height, C2SP's do not.
func (r record) Height() int { return 8 }

func (r record) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(tiles))
	for i, tile := range tiles {
		data, err := r.read(strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
		if err != nil {
			return nil, err
		}
		found[i] = data
	}
	return found, nil
}

func (r record) SaveTiles([]tlog.Tile, [][]byte) {}

// bundle reads the entries of bundle n of a tree of that size.
func (r record) bundle(n, size int64) ([][]byte, error) {
	w := min(width, size-n*width)
	tile := tlog.Tile{H: 8, L: -1, N: n, W: int(w)}
	data, err := r.read(strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) >= 2 {
		length := int(binary.BigEndian.Uint16(data))
		if 2+length > len(data) {
			return nil, fmt.Errorf("bundle %d ends inside an entry", n)
		}
		entries, data = append(entries, data[2:2+length]), data[2+length:]
	}
	if len(data) != 0 || int64(len(entries)) != w {
		return nil, fmt.Errorf("bundle %d holds %d entries and %d bytes, not %d entries", n, len(entries), len(data), w)
	}
	return entries, nil
}

func openCheckpoint(data []byte, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("a checkpoint of another log")
	}
	var size int64
	if _, err := fmt.Sscan(lines[1], &size); err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func checkEntries(r record, tree tlog.Tree) error {
	hashes := tlog.TileHashReader(tree, r)
	for n := int64(0); n*width < tree.N; n++ {
		entries, err := r.bundle(n, tree.N)
		if err != nil {
			return err
		}
		for i, entry := range entries {
			index := n*width + int64(i)
			proof, err := tlog.ProveRecord(tree.N, index, hashes)
			if err != nil {
				return err
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
				return fmt.Errorf("entry %d: %w", index, err)
			}
		}
	}
	return nil
}

func checkOlder(r record, tree, older tlog.Tree) error {
	if older.N == 0 {
		return nil
	}
	proof, err := tlog.ProveTree(tree.N, older.N, tlog.TileHashReader(tree, r))
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash)
}

func run(base, key string, older []string) error {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return err
	}
	r := record(base)
	data, err := r.read("checkpoint")
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(data, verifier)
	if err != nil {
		return err
	}
	if err := checkEntries(r, tree); err != nil {
		return err
	}
	for _, path := range older {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		old, err := openCheckpoint(data, verifier)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if err := checkOlder(r, tree, old); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	fmt.Printf("%d entries included, %d checkpoints are prefixes\n", tree.N, len(older))
	return nil
}

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: record-check BASE VKEY [OLD-CHECKPOINT...]")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, "record-check:", err)
		os.Exit(1)
	}
}
