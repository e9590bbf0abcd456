package device

// Link is what the device knows of its own way to the net.
type Link struct {
	Online  bool
	Metered bool // Metered: only networks that cost by the byte are up, such as mobile data or a tethered phone
}

// CurrentLink tells of the moment. What the system does not tell counts as a network that may be used: a wrong guess there would keep
// everything from ever being sent.
func CurrentLink() Link { return currentLink() }
