package seal

import "golang.org/x/sys/unix"

// noDump keeps the mapping out of core dumps. An old kernel that refuses leaves it in; RLIMIT_CORE is 0 in our programs anyway.
func noDump(b []byte) bool { return unix.Madvise(b, unix.MADV_DONTDUMP) == nil }
