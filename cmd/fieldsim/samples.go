package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"feltsjekk/internal/command"
	"feltsjekk/internal/picture"
)

var samplesCommand = command.Command{
	Name: "samples", Required: []string{"out"},
	About: "make sample pictures\n\n" +
		"Writes JPEGs of camera size (12 megapixels, EXIF orientation, noise: 3-4 MB each), sample-001.jpg and on,\n" +
		"and prints their paths. The same seed gives the same bytes.",
	Example: "fieldsim samples --out pictures --count 10",
	Setup: func(fs *flag.FlagSet) func(context.Context, *command.Env) error {
		out := fs.String("out", "", "`dir` to write to; made when missing")
		count := fs.Int("count", 10, "how `many`")
		seed := fs.Int64("seed", 1, "`number` that decides what the pictures show")
		return func(ctx context.Context, env *command.Env) error {
			if *count < 1 || *count > 999 {
				return command.Usagef("--count must lie between 1 and 999")
			}
			if err := os.MkdirAll(*out, 0o755); err != nil {
				return fmt.Errorf("make the folder of samples: %w", err)
			}
			for i := range *count {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				path := filepath.Join(*out, fmt.Sprintf("sample-%03d.jpg", i+1))
				if err := writeSample(path, *seed, i); err != nil {
					return err
				}
				if _, err := fmt.Fprintln(env.Stdout, path); err != nil {
					return err
				}
			}
			return nil
		}
	},
}

func writeSample(path string, seed int64, n int) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write a sample: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<20)
	if err := picture.Sample(w, seed, n); err != nil {
		return fmt.Errorf("make sample %d: %w", n+1, err)
	}
	return w.Flush()
}
