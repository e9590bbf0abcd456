// Command fieldoffice runs an office: the endpoint that devices send to, and what its people do with it on the command
// line. The endpoint is blind; only export, and verify with an identity, open what it holds.
package main

import (
	"errors"
	"flag"

	"feltsjekk/internal/command"
	"feltsjekk/internal/office"
	"feltsjekk/internal/seal"
)

// version is set by the linker from git describe.
var version = "unversioned"

func main() { program().Main() }

func program() command.Program {
	return command.Program{
		Name:    "fieldoffice",
		Version: version,
		About: "fieldoffice receives inspections from Feltsjekk devices, sealed, and gives receipts for them.\n" +
			"The passphrase of the identity comes from the terminal, or from FELTSJEKK_PASSPHRASE.",
		Example: "fieldoffice init --data office --name 'Kontoret' --url https://office.example:8443 --identity identity\n" +
			"fieldoffice serve --data office --listen :8443\n" +
			"fieldoffice enrol --data office --label 'Telefon 1'\n" +
			"fieldoffice export --data office --identity identity --out export",
		Commands: []command.Command{
			initCommand, serveCommand, enrolCommand, rotateCommand, devicesCommand, revokeCommand, listCommand, exportCommand, verifyCommand,
		},
		Sentence: sentence,
	}
}

// dataFlag and identityFlag are the flags that several commands have.
func dataFlag(fs *flag.FlagSet) *string { return fs.String("data", "", "`dir` of the office") }

func identityFlag(fs *flag.FlagSet) *string {
	return fs.String("identity", "", "`file` with the office's identity, or its recovery file")
}

// sentence words the errors that a person at a terminal meets.
func sentence(err error) string {
	switch {
	case errors.Is(err, office.ErrNotOffice):
		return "there is no office in this folder; fieldoffice init makes one"
	case errors.Is(err, office.ErrServed):
		return "another process serves this folder already"
	case errors.Is(err, office.ErrNewer):
		return "a newer version of the program made this folder; it was left as it is"
	case errors.Is(err, office.ErrUnknownDevice):
		return "no device with this id is enrolled; fieldoffice devices lists them"
	case errors.Is(err, seal.ErrWrongPassword):
		return "the passphrase does not open this identity file"
	case errors.Is(err, errProblems):
		return errProblems.Error()
	}
	return ""
}

// errProblems ends export and verify when they found something that does not hold; what it was has been told line by line.
var errProblems = errors.New("not everything holds; each problem has a line of its own")
