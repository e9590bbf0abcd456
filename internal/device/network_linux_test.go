//go:build linux && !android

package device

import (
	"os"
	"path/filepath"
	"testing"
)

// iface is an interface as the kernel shows it in sysfs.
type iface struct {
	kind, state, uevent, driver string
	wifi                        bool
}

func (i iface) lay(t *testing.T, root, name string) {
	t.Helper()
	dir := filepath.Join(root, name)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(dir, 0o755))
	for file, text := range map[string]string{"type": i.kind, "operstate": i.state, "uevent": i.uevent} {
		must(os.WriteFile(filepath.Join(dir, file), []byte(text+"\n"), 0o644))
	}
	if i.wifi {
		must(os.Mkdir(filepath.Join(dir, "wireless"), 0o755))
	}
	if i.driver != "" {
		must(os.Mkdir(filepath.Join(dir, "device"), 0o755))
		must(os.Symlink("../../../bus/usb/drivers/"+i.driver, filepath.Join(dir, "device", "driver")))
	}
}

func TestWhichNetworksCost(t *testing.T) {
	lo := iface{kind: "772", state: "unknown"}
	cable := iface{kind: "1", state: "up", driver: "e1000e"}
	wifi := iface{kind: "1", state: "up", uevent: "DEVTYPE=wlan", wifi: true, driver: "iwlwifi"}
	modem := iface{kind: "519", state: "unknown", uevent: "DEVTYPE=wwan", driver: "qmi_wwan"}
	tether := iface{kind: "1", state: "unknown", driver: "rndis_host"}
	veth := iface{kind: "1", state: "up"}
	down := wifi
	down.state = "down"
	for name, c := range map[string]struct {
		ifaces  map[string]iface
		metered bool
	}{
		"cable":                          {map[string]iface{"lo": lo, "eth0": cable}, false},
		"wifi":                           {map[string]iface{"lo": lo, "wlan0": wifi}, false},
		"modem":                          {map[string]iface{"lo": lo, "wwan0": modem}, true},
		"modem through the cable's name": {map[string]iface{"eth0": {kind: "1", state: "up", uevent: "INTERFACE=eth0\nDEVTYPE=wwan"}}, true},
		"ppp":                            {map[string]iface{"ppp0": {kind: "512", state: "unknown"}}, true},
		"phone on the USB port":          {map[string]iface{"usb0": tether}, true},
		"phone, and wifi that is down":   {map[string]iface{"usb0": tether, "wlan0": down}, true},
		"modem and wifi":                 {map[string]iface{"wwan0": modem, "wlan0": wifi}, false},
		"a container's interface":        {map[string]iface{"lo": lo, "eth0": veth}, false},
		"nothing up":                     {map[string]iface{"lo": lo, "wlan0": down}, false},
		"a tunnel over a modem":          {map[string]iface{"tun0": {kind: "65534", state: "unknown"}, "wwan0": modem}, true},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			for n, i := range c.ifaces {
				i.lay(t, root, n)
			}
			if got := linkOf(root); got.Metered != c.metered || !got.Online {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestWhatIsUnknownMayBeUsed(t *testing.T) {
	if got := linkOf(filepath.Join(t.TempDir(), "none")); got != (Link{Online: true}) {
		t.Errorf("%+v", got)
	}
	if got := CurrentLink(); !got.Online {
		t.Errorf("%+v", got)
	}
}
