package ui

import (
	"crypto/sha256"

	"feltsjekk/internal/seal"
)

// keystore stands for a phone's hardware key.
type keystore struct{}

func (keystore) Kind() string  { return seal.KeystoreKind }
func (keystore) KeyID() string { return "k1" }
func (keystore) Mix(a []byte) ([]byte, error) {
	sum := sha256.Sum256(append([]byte("a key that cannot leave the phone"), a...))
	return sum[:], nil
}

// onPhone gives the device the hardware that allows a PIN. The seal holds to its rules: nothing weak is taken.
func onPhone(o *Options) { o.Store.Vault.Hardware = keystore{} }

// enter goes through the first run to the empty list.
func (r *rig) enter() {
	r.Helper()
	r.passphraseMade()
	r.codeSkipped()
}

// passphraseMade makes the vault with the passphrase; the page of its recovery code is shown.
func (r *rig) passphraseMade() {
	r.Helper()
	r.tap("welcome/next")
	r.write("passphrase/first", passphrase)
	r.write("passphrase/second", passphrase)
	r.tap("passphrase/make")
}

// pinMade makes the vault with a PIN, where the device can; the page of its recovery code is shown.
func (r *rig) pinMade(pin string) {
	r.Helper()
	r.tap("welcome/next")
	r.digits("passphrase/pin", pin)
	r.digits("passphrase/pin_again", pin)
}

// digits taps a PIN on the pad with this id, and then ok.
func (r *rig) digits(id, pin string) {
	r.Helper()
	for _, c := range pin {
		r.tap(id + "/" + string(c))
	}
	r.tap(id + "/ok")
}

// codeShown is the recovery code on the page.
func (r *rig) codeShown() string {
	r.Helper()
	s, ok := r.a.top().(*codeScreen)
	if !ok {
		r.Fatalf("%T shows no code", r.a.top())
	}
	return s.code
}

// covered locks the vault by Dekk, and goes on to the page that asks for the secret.
func (r *rig) covered() {
	r.Helper()
	r.tap("cover")
	r.tap("cover/page")
}

// unlocked types the passphrase on the lock page that is shown.
func (r *rig) unlocked() {
	r.Helper()
	r.write("unlock/passphrase", passphrase)
	r.tap("unlock/open")
}

// codeSkipped goes on from the page of the recovery code to the list.
func (r *rig) codeSkipped() {
	r.Helper()
	r.tap("code/skip")
	r.tap("code/skip_yes")
}
