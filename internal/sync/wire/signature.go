package wire

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/dunglas/httpsfv"
)

// Requests are signed with HTTP Message Signatures (RFC 9421), in one fixed form: one signature with the label below, alg
// ed25519, the parameters keyid and alg in this order, and one list of components that follows from the method alone.
const (
	signatureLabel  = "feltsjekk"
	signatureAlg    = "ed25519"
	signatureLength = 64
	maxSignatureLen = 1024 // of each of the two headers
)

// Errors of VerifyRequest. All mean 401, with the problem type that belongs to them.
var (
	ErrUnsigned  = errors.New("request is not signed as the protocol asks")
	ErrSignature = errors.New("signature does not verify")
)

// components lists what a request's signature covers. A request with a body covers its digest, save PATCH, whose
// bytes are checked against the manifest: it covers where they go and how many they are.
func components(method string) []string {
	list := []string{"@method", "@authority", "@path", "@query"}
	switch method {
	case http.MethodPatch:
		list = append(list, "upload-offset", "content-length")
	case http.MethodPut, http.MethodPost:
		list = append(list, "content-digest")
	}
	return append(list, strings.ToLower(NonceHeader))
}

// KeyID names a device's request key (K_net, 32 bytes) in signatures: the key itself in base64url without padding.
func KeyID(netKey []byte) string { return base64.RawURLEncoding.EncodeToString(netKey) }

// SignRequest signs r with sign, which makes an Ed25519 signature over the message. It sets the nonce and the signature
// headers. Before, r must have its final method, URL, Host and ContentLength, a PUT or POST its Content-Digest, a PATCH its
// Upload-Offset.
func SignRequest(r *http.Request, keyID, nonce string, sign func(message []byte) []byte) error {
	if !plain(keyID, MaxKeyID) || !plain(nonce, MaxNonce) {
		return malformed("key id or nonce")
	}
	r.Header.Set(NonceHeader, nonce)
	input := signatureInput(components(r.Method), keyID)
	base, params, err := signatureBase(r, input)
	if err != nil {
		return err
	}
	out := httpsfv.NewDictionary()
	out.Add(signatureLabel, httpsfv.NewItem(sign([]byte(base))))
	value, err := httpsfv.Marshal(out)
	if err != nil {
		return err
	}
	r.Header.Set("Signature-Input", signatureLabel+"="+params)
	r.Header.Set("Signature", value)
	return nil
}

// Signed is what a request claims before its signature is verified.
type Signed struct {
	KeyID, Nonce string
	base         string
	signature    []byte
}

// ReadSigned takes the claims out of a request's headers, and touches no body. Everything that is not exactly the fixed
// form is refused.
func ReadSigned(r *http.Request) (Signed, error) {
	var s Signed
	inputs, sigs := r.Header.Values("Signature-Input"), r.Header.Values("Signature")
	if len(inputs) != 1 || len(sigs) != 1 || len(inputs[0]) > maxSignatureLen || len(sigs[0]) > maxSignatureLen {
		return s, ErrUnsigned
	}
	nonce, err := single(r.Header, NonceHeader)
	if err != nil || !plain(nonce, MaxNonce) {
		return s, ErrUnsigned
	}
	keyID, err := readInput(inputs, components(r.Method))
	if err != nil {
		return s, err
	}
	d, err := httpsfv.UnmarshalDictionary(sigs)
	if err != nil || len(d.Names()) != 1 {
		return s, ErrUnsigned
	}
	m, _ := d.Get(signatureLabel)
	item, ok := m.(httpsfv.Item)
	if !ok {
		return s, ErrUnsigned
	}
	sig, ok := item.Value.([]byte)
	if !ok || len(sig) != signatureLength || len(item.Params.Names()) != 0 {
		return s, ErrUnsigned
	}
	base, _, err := signatureBase(r, signatureInput(components(r.Method), keyID))
	if err != nil {
		return s, ErrUnsigned
	}
	return Signed{KeyID: keyID, Nonce: nonce, base: base, signature: sig}, nil
}

// Verify checks the signature. verify tells whether sig is an Ed25519 signature over message by the key that KeyID names.
func (s Signed) Verify(verify func(message, sig []byte) bool) error {
	if len(s.signature) != signatureLength || !verify([]byte(s.base), s.signature) {
		return ErrSignature
	}
	return nil
}

// readInput reads the Signature-Input header, which must name exactly want, and returns the key id.
func readInput(values, want []string) (string, error) {
	d, err := httpsfv.UnmarshalDictionary(values)
	if err != nil || len(d.Names()) != 1 {
		return "", ErrUnsigned
	}
	m, _ := d.Get(signatureLabel)
	list, ok := m.(httpsfv.InnerList)
	if !ok || len(list.Items) != len(want) {
		return "", ErrUnsigned
	}
	for i, item := range list.Items {
		if name, ok := item.Value.(string); !ok || name != want[i] || len(item.Params.Names()) != 0 {
			return "", ErrUnsigned
		}
	}
	names := list.Params.Names()
	if len(names) != 2 || names[0] != "keyid" || names[1] != "alg" {
		return "", ErrUnsigned
	}
	alg, _ := list.Params.Get("alg")
	id, _ := list.Params.Get("keyid")
	keyID, ok := id.(string)
	if alg != signatureAlg || !ok || !plain(keyID, MaxKeyID) {
		return "", ErrUnsigned
	}
	return keyID, nil
}

func signatureInput(names []string, keyID string) httpsfv.InnerList {
	params := httpsfv.NewParams()
	params.Add("keyid", keyID)
	params.Add("alg", signatureAlg)
	return innerList(names, params)
}

func innerList(names []string, params *httpsfv.Params) httpsfv.InnerList {
	list := httpsfv.InnerList{Params: params}
	for _, n := range names {
		list.Items = append(list.Items, httpsfv.NewItem(n))
	}
	return list
}

// signatureBase is the signature base of RFC 9421, 2.5, and the serialised signature parameters at its end.
func signatureBase(r *http.Request, input httpsfv.InnerList) (base, params string, err error) {
	var b strings.Builder
	for _, item := range input.Items {
		name, ok := item.Value.(string)
		if !ok {
			return "", "", malformed("component")
		}
		value, err := componentValue(r, name)
		if err != nil {
			return "", "", err
		}
		b.WriteString(`"` + name + `": ` + value + "\n")
	}
	params, err = httpsfv.Marshal(httpsfv.List{input})
	if err != nil {
		return "", "", malformed("signature parameters")
	}
	b.WriteString(`"@signature-params": ` + params)
	return b.String(), params, nil
}

// componentValue is the value of one component (RFC 9421, 2.1 and 2.2).
func componentValue(r *http.Request, name string) (string, error) {
	switch name {
	case "@method":
		return r.Method, nil
	case "@authority":
		return authority(r)
	case "@path":
		return pathOf(r)
	case "@query":
		return "?" + r.URL.RawQuery, nil
	case "content-length":
		if r.ContentLength < 0 {
			return "", malformed("no Content-Length")
		}
		return strconv.FormatInt(r.ContentLength, 10), nil
	}
	return single(r.Header, name)
}

// authority is the host that the request is meant for, in lower case and without the scheme's default port.
func authority(r *http.Request) (string, error) {
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	host = strings.TrimSuffix(strings.ToLower(host), ":443")
	if !plain(host, 255) {
		return "", malformed("authority")
	}
	return host, nil
}

func pathOf(r *http.Request) (string, error) {
	p := r.URL.EscapedPath()
	if p == "" {
		p = "/"
	}
	if p[0] != '/' || strings.ContainsAny(p, " \r\n") {
		return "", malformed("path")
	}
	return p, nil
}

// single is the one value of a header: with several lines it would be unclear which one the other side acts on.
func single(h http.Header, name string) (string, error) {
	values := h.Values(name)
	if len(values) != 1 {
		return "", malformed("header %s", name)
	}
	v := strings.Trim(values[0], " \t")
	for i := range len(v) {
		if v[i] < ' ' && v[i] != '\t' || v[i] == 0x7f {
			return "", malformed("header %s", name)
		}
	}
	return v, nil
}

// plain tells whether s is 1 to limit visible ASCII characters without quote and backslash.
func plain(s string, limit int) bool {
	if s == "" || len(s) > limit {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' || s[i] == '"' || s[i] == '\\' {
			return false
		}
	}
	return true
}

// NonceOf is the fresh nonce that an answer carries, "" when there is none that a request could carry back.
func NonceOf(h http.Header) string {
	v, err := single(h, NonceHeader)
	if err != nil || !plain(v, MaxNonce) {
		return ""
	}
	return v
}
