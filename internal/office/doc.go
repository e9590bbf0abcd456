// Package office is the endpoint that devices send to. It is blind: it stores sealed bytes, checks them against signed
// manifests, and answers with signed receipts, without any key that opens what it stores.
package office
