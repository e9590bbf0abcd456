package command

import (
	"flag"
	"fmt"
	"io"
	"strings"
)

// help writes the program's overview.
func (p Program) help(w io.Writer) {
	fmt.Fprintf(w, "%s\n\nUsage: %s COMMAND [flags]\n\nCommands:\n", strings.TrimSpace(p.About), p.Name)
	for _, c := range p.Commands {
		first, _, _ := strings.Cut(strings.TrimSpace(c.About), "\n")
		fmt.Fprintf(w, "  %-9s %s\n", c.Name, first)
	}
	fmt.Fprintf(w, "\nExample:\n%s\n\n%s COMMAND -h tells more about one command.\n", indent(p.Example), p.Name)
}

// commandHelp writes one command's page.
func (p Program) commandHelp(w io.Writer, c Command, fs *flag.FlagSet) {
	line := p.Name + " " + c.Name
	for _, name := range c.Required {
		if f := fs.Lookup(name); f != nil {
			line += " --" + name + valueName(f)
		}
	}
	line += " [flags]"
	if c.Args != "" {
		line += " " + c.Args
	}
	fmt.Fprintf(w, "Usage: %s\n\n%s\n\nFlags:\n", line, strings.TrimSpace(c.About))
	fs.VisitAll(func(f *flag.Flag) {
		_, usage := flag.UnquoteUsage(f)
		fmt.Fprintf(w, "  --%s%s\n        %s", f.Name, valueName(f), usage)
		switch f.DefValue {
		case "", "true", "false", "0", "0s", "-1": // what these mean stands in the usage, where it matters
		default:
			fmt.Fprintf(w, " (default %s)", f.DefValue)
		}
		fmt.Fprintln(w)
	})
	fmt.Fprintf(w, "\nExample:\n%s\n", indent(c.Example))
}

// valueName is " DIR" for a flag whose usage names its value in backquotes, "" for a switch.
func valueName(f *flag.Flag) string {
	name, _ := flag.UnquoteUsage(f)
	if name == "" {
		return ""
	}
	return " " + strings.ToUpper(name)
}

func indent(s string) string {
	return "  " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n  ")
}
