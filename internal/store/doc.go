// Package store is everything a device remembers: one folder with a SQLite database, sealed files and an outbox.
//
// # The one meaning of saved
//
// A method that changes something returns nil only when the change is durable: SQLite runs in WAL mode with synchronous=FULL,
// files are written to tmp/, fsynced, renamed, and their folder is fsynced before the one transaction that names them. A crash
// in between leaves a file without a row, which the next [Open] sweeps; a row never lacks its file.
//
// # What is sealed
//
// Each row holds one body, sealed by [seal.Vault] to its table and id. Ids, sizes, counts and what the endpoint may read
// anyway (manifests, receipts, why something waits) are clear; docs/storage.md lists every file, table and column, and a test
// holds the database to that list. The running sums of [seal.Vault.RowMAC], one per inspection inside its own row and one for
// the vault, change in the transaction that changes the rows; [Store.Check] tells what no longer fits them.
//
// # Who may do what, when
//
// One process owns a folder (owner.lock). A Store is safe for several goroutines: one writes at a time, several read. After
// [Store.Lock] nothing sealed can be read or written and methods return [ErrLocked], except those that send what is sealed
// already: [Store.NetKey], [Store.Office], [Store.SetOffice], [Store.Revoked], [Store.Outbox], [Store.SealedFile],
// [Store.Waiting] and [Store.Receive].
//
// When the disk is full the store gives back its reserve of 4 MB, so that answers, corrections and deletions still commit;
// files are refused with [ErrFull] until the reserve can be laid by again.
//
// Errors and log lines name ids, tables and codes, never what somebody wrote.
package store
