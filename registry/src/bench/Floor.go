// The least that a registry does to take a blob, in Go: bytes come off the socket into one piece of memory, are hashed
// there, and written from there; then one fsync, a rename, and an fsync of the folder. No names, rights, rows
// or log. The floor beside which registry/src/bench/serve sets a PUT.
// Usage: go run Floor.go ADDRESS FOLDER
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

const piece = 256 << 10

var pieces = sync.Pool{New: func() any { return new([piece]byte) }}

func main() {
	address, folder := os.Args[1], os.Args[2]
	if err := os.MkdirAll(folder, 0o755); err != nil {
		log.Fatal(err)
	}
	var uploads atomic.Int64
	http.HandleFunc("/v2/", func(answer http.ResponseWriter, request *http.Request) {
		switch request.Method {
		case "POST":
			answer.Header().Set("Location", request.URL.Path+strconv.FormatInt(uploads.Add(1), 10))
			answer.WriteHeader(http.StatusAccepted)
		case "PUT":
			digest := strings.TrimPrefix(request.URL.Query().Get("digest"), "sha256:")
			if err := take(request.Body, folder, filepath.Base(request.URL.Path), digest); err != nil {
				http.Error(answer, err.Error(), http.StatusBadRequest)
				return
			}
			answer.WriteHeader(http.StatusCreated)
		}
	})
	log.Fatal(http.ListenAndServe(address, nil))
}

func take(body io.Reader, folder, id, digest string) error {
	part := filepath.Join(folder, "part-"+id)
	file, err := os.Create(part)
	if err != nil {
		return err
	}
	defer file.Close()
	hash := sha256.New()
	bytes := pieces.Get().(*[piece]byte)
	defer pieces.Put(bytes)
	for {
		read, err := io.ReadFull(body, bytes[:])
		hash.Write(bytes[:read])
		if _, failed := file.Write(bytes[:read]); failed != nil {
			return failed
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			break
		}
		if err != nil {
			return err
		}
	}
	if found := hex.EncodeToString(hash.Sum(nil)); found != digest {
		return os.ErrInvalid
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if err := os.Rename(part, filepath.Join(folder, digest)); err != nil {
		return err
	}
	place, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer place.Close()
	return place.Sync()
}
