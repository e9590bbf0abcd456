// Package checklist is the domain of Feltsjekk: what a checklist asks, what an inspection records, and what the two say together.
//
// Everything here is a pure value: nothing reads a clock, a file or a network, and no package of ours is imported. An
// [Inspection] changes in two steps. A pure method (SetFinding, SetNote, …) checks what is asked for and returns a
// [Change] without touching the inspection; the store commits the change, and only then [Inspection.Apply] takes it in.
// What a screen shows after Apply is therefore what survives a dead battery. [Restore] builds the same inspection from the
// parts that the store kept.
//
// [Inspection.Document] writes the canonical document that is signed when an inspection is locked, and [ParseDocument]
// reads it back; docs/document.md describes it so that another can implement it. All JSON from outside goes through
// [CheckJSON] and a strict decoder: unknown, duplicate and case-folded names, floats, integers above 2^53, null, invalid
// UTF-8 and NUL are refused.
//
// Times are UTC in whole milliseconds, in JSON integers counted from 1970. Texts are kept exactly as they were typed:
// neither trimmed nor normalised. Errors name kinds, ids and codes, never what somebody wrote.
//
// An Inspection is not safe for use by several goroutines at once; a Template, a Directory and a Guidance are.
package checklist
