// Command fieldsim is a field device without a screen: the same store, seal and sync as the app. Scripts, tests and
// load runs use it to capture inspections, send them, and read back what a device holds. A folder that it makes opens in
// fieldapp, and the other way round.
package main

import (
	"flag"

	"feltsjekk/internal/command"
)

// version is set by the linker from git describe.
var version = "unversioned"

func main() { program().Main() }

func program() command.Program {
	return command.Program{
		Name:    "fieldsim",
		Version: version,
		About: "fieldsim is a Feltsjekk device without a screen: it captures inspections, sends them to an office,\n" +
			"and prints what it holds. The PIN comes from the terminal, or from FELTSJEKK_PIN.",
		Example: "fieldsim init --data device\n" +
			"fieldsim enrol --data device --link 'https://office.example:8443/e#v1.…'\n" +
			"fieldsim inspect --data device --attachments pictures --count 3 --each 10\n" +
			"fieldsim sync --data device",
		Commands: []command.Command{initCommand, enrolCommand, inspectCommand, syncCommand, dumpCommand, loadCommand, samplesCommand},
		Sentence: sentence,
	}
}

// dataFlag is the flag that nearly every command has.
func dataFlag(fs *flag.FlagSet) *string {
	return fs.String("data", "", "`dir` that holds the device")
}
