//go:build linux && !android

package device

import (
	"os"
	"path/filepath"
	"strings"
)

// sysfs is where the kernel tells of its interfaces (Documentation/ABI/testing/sysfs-class-net).
const sysfs = "/sys/class/net"

func currentLink() Link { return linkOf(sysfs) }

// linkOf looks at every interface: one that is up and costs nothing is enough; only where all that are up cost, the device is metered.
func linkOf(root string) Link {
	entries, err := os.ReadDir(root)
	if err != nil {
		return Link{Online: true}
	}
	costs, free := false, false
	for _, e := range entries {
		switch kindOf(filepath.Join(root, e.Name())) {
		case linkMetered:
			costs = true
		case linkFree:
			free = true
		}
	}
	return Link{Online: true, Metered: costs && !free}
}

type linkKind int

const (
	linkNone    linkKind = iota // down, a loopback, or no way out of its own (a bridge, a tunnel)
	linkFree                    // wifi, cable
	linkMetered                 // mobile data, a modem, a phone on the USB port
)

// Kinds of hardware in the file type (include/uapi/linux/if_arp.h).
const (
	typeEther = "1"
	typePPP   = "512"
	typeRawIP = "519"
)

// phones are the drivers of modems and of phones that share their connection over USB.
var phones = map[string]bool{"rndis_host": true, "ipheth": true, "cdc_mbim": true, "qmi_wwan": true, "huawei_cdc_ncm": true, "sierra_net": true}

func kindOf(dir string) linkKind {
	// A modem's operstate is often "unknown" while it works.
	state := word(dir, "operstate")
	if state != "up" && state != "unknown" {
		return linkNone
	}
	switch kind := word(dir, "type"); {
	case kind == typePPP, kind == typeRawIP, strings.Contains(word(dir, "uevent"), "DEVTYPE=wwan"):
		return linkMetered
	case kind != typeEther:
		return linkNone
	}
	driver, err := os.Readlink(filepath.Join(dir, "device", "driver"))
	switch {
	case err == nil && phones[filepath.Base(driver)]:
		return linkMetered
	case state == "up" && (err == nil || exists(filepath.Join(dir, "wireless")) || exists(filepath.Join(dir, "phy80211"))):
		return linkFree
	}
	return linkNone
}

func word(dir, name string) string {
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
