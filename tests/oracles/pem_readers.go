// pem_readers DIRECTORY: what Go and etcd load of every file in DIRECTORY.
//
// A line a file: its name, the first four bytes of the SHA-256 of each
// certificate in the pool of crypto/x509, the same of etcd's pool or `fails`.
package main

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func short(der []byte) string {
	sum := sha256.Sum256(der)
	return fmt.Sprintf("%x", sum[:4])
}

// The loop of x509.CertPool.AppendCertsFromPEM, which keeps no list to look
// at; the real one is asked whether it agrees.
func pool(text []byte) []string {
	var loaded []string
	distinct := map[string]bool{}
	for rest := text; len(rest) > 0; {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil {
			break
		}
		if block.Type != "CERTIFICATE" || len(block.Headers) != 0 {
			continue
		}
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			continue
		}
		loaded = append(loaded, short(block.Bytes))
		distinct[string(block.Bytes)] = true
	}
	real := x509.NewCertPool()
	ok := real.AppendCertsFromPEM(bytes.Clone(text))
	if ok != (len(loaded) > 0) || len(real.Subjects()) != len(distinct) {
		panic("the real pool differs")
	}
	return loaded
}

// The loop of NewCertPool in etcd's client/pkg/tlsutil/tlsutil.go.
func etcd(text []byte) []string {
	var loaded []string
	for {
		var block *pem.Block
		block, text = pem.Decode(text)
		if block == nil {
			return loaded
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return []string{"fails"}
		}
		loaded = append(loaded, short(certificate.Raw))
	}
}

func main() {
	files, err := os.ReadDir(os.Args[1])
	if err != nil {
		panic(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(os.Args[1], file.Name()))
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s\t%s\t%s\n", file.Name(), strings.Join(pool(text), " "), strings.Join(etcd(text), " "))
	}
}
