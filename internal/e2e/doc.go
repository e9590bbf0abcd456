// Package e2e holds the tests that run the real commands as a user or a script would: only the commands, flags, lines and
// folders of docs/interfaces.md, against real files, real TLS on loopback and real signals. It has no code of its own to import.
package e2e
