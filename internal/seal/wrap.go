package seal

import (
	"fmt"
	"io"
)

// mixKey is HKDF(A‖H, vault id, "kek/pin"): A the stretched PIN, H what the hardware makes of it.
func mixKey(vault string, k KDF, pin []byte, hw Hardware) ([]byte, error) {
	a := k.stretch(pin)
	defer clear(a)
	secret := a
	if hw != nil {
		m, err := hw.Mix(a)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrHardware, err)
		}
		secret = append(append([]byte{}, a...), m...)
		clear(m)
		defer clear(secret)
	}
	return derive(secret, []byte(vault), "kek/pin", keySize)
}

// recoveryBound is the associated data of the recovery wrap. It leaves out what a new PIN changes, for then the code is not at hand.
func recoveryBound(vault string) []byte { return lp("feltsjekk/v1/recovery", vault) }

// openWrap opens a wrapped master key; the error is ErrSealed.
func openWrap(kek, aad []byte, wrap string) ([]byte, error) {
	sealed, err := raw64(wrap)
	if err != nil {
		return nil, ErrSealed
	}
	return openBox(kek, sealed, aad)
}

// wrapPIN puts a new PIN's parameters and wrap into a head that is not written yet.
func (v *Vault) wrapPIN(h *head, pin []byte, hw Hardware) error {
	k, err := v.opt.fresh()
	if err != nil {
		return err
	}
	h.KDF = headKDF{M: k.M, T: k.T, P: k.P, Salt: b64.EncodeToString(k.Salt[:])}
	h.Hardware = headHardware{}
	if hw != nil {
		h.Hardware = headHardware{Kind: hw.Kind(), Key: hw.KeyID()}
	}
	kek, err := mixKey(v.id, k, pin, hw)
	if err != nil {
		return err
	}
	defer clear(kek)
	aad, err := h.bound()
	if err != nil {
		return err
	}
	h.Wraps.PIN, err = v.wrap(kek, aad)
	return err
}

// wrapRecovery draws a new code and puts its wrap into a head that is not written yet.
func (v *Vault) wrapRecovery(h *head) (string, error) {
	var bits [codeBytes]byte
	if err := drawCode(v.opt.rand(), &bits); err != nil {
		return "", err
	}
	defer clear(bits[:])
	kek, err := derive(bits[:], []byte(v.id), "kek/recovery", keySize)
	if err != nil {
		return "", err
	}
	defer clear(kek)
	h.Wraps.Recovery, err = v.wrap(kek, recoveryBound(v.id))
	return formatCode(bits), err
}

func (v *Vault) wrap(kek, aad []byte) (string, error) {
	sealed, err := sealBox(v.opt.rand(), kek, v.mem.b[atVMK:atRow], aad)
	return b64.EncodeToString(sealed), err
}

// putHead numbers a head, signs it, writes both copies, and makes it the vault's.
func (v *Vault) putHead(h head) error {
	h.Generation = v.head.Generation + 1
	var err error
	if h.MAC, err = h.sign(v.mem.b[atVMK:atRow]); err != nil {
		return err
	}
	if err := writeHead(v.dir, h, v.opt.before); err != nil {
		return err
	}
	v.head = h
	return nil
}

// ChangePIN tests the old PIN, as a guess, and wraps the master key under the new one with the same hardware. A power cut at any moment
// leaves a vault that the old or the new PIN opens; both open one only until it has been opened again. Errors as OpenVault, and
// ErrWeakSecret.
func (v *Vault) ChangePIN(old, new []byte) error {
	v.mu.RLock()
	o, named := v.opt, v.head.Hardware
	v.mu.RUnlock()
	hw, err := o.hardware(named)
	if err != nil {
		return err
	}
	return v.rewrap(old, new, hw)
}

// ChangeHardware wraps the master key under the same PIN with other hardware, or without (nil). It is as safe as ChangePIN.
func (v *Vault) ChangeHardware(pin []byte, hw Hardware) error { return v.rewrap(pin, pin, hw) }

// rewrap is a guess of the old secret, and then a new head.
func (v *Vault) rewrap(old, new []byte, hw Hardware) error {
	if err := checkSecret(new, hw, v.opt.AllowWeak); err != nil {
		return err
	}
	v.mu.RLock()
	o := v.opt
	v.mu.RUnlock()
	again, err := OpenVault(v.dir, old, o)
	if err != nil {
		return err
	}
	if err := again.Close(); err != nil {
		return err
	}
	if err := v.changeHead(func(h *head) error { return v.wrapPIN(h, new, hw) }); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.opt.Hardware = hw
	return nil
}

// NewRecoveryCode replaces the recovery code; once it returns, the old one opens nothing. A power cut before leaves the old one valid.
func (v *Vault) NewRecoveryCode() (code string, err error) {
	err = v.changeHead(func(h *head) error {
		code, err = v.wrapRecovery(h)
		return err
	})
	if err != nil {
		return "", err
	}
	return code, nil
}

// SetPIN wraps the master key under a new PIN without asking for the old one: only in a vault that was opened with the recovery code,
// else ErrWrongPIN. The vault has hardware afterwards when its options name one.
func (v *Vault) SetPIN(pin []byte) error {
	if err := checkSecret(pin, v.opt.Hardware, v.opt.AllowWeak); err != nil {
		return err
	}
	return v.changeHead(func(h *head) error {
		if !v.recovered {
			return ErrWrongPIN
		}
		return v.wrapPIN(h, pin, v.opt.Hardware)
	})
}

// changeHead lets change work on a copy of the head and writes it.
func (v *Vault) changeHead(change func(*head) error) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.mem == nil {
		return ErrClosed
	}
	h := v.head
	if err := change(&h); err != nil {
		return err
	}
	return v.putHead(h)
}

// drawCode draws 160 bits anew until their check character is one of the alphabet's 32 letters and digits: nobody has to copy a "~"
// by hand. It takes 1.2 draws on average and costs a fifth of a bit.
func drawCode(random io.Reader, bits *[codeBytes]byte) error {
	for {
		if _, err := io.ReadFull(random, bits[:]); err != nil {
			return fmt.Errorf("draw the recovery code: %w", err)
		}
		if mod37(*bits) < len(crockford) {
			return nil
		}
	}
}
