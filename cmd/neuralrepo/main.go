// Command neuralrepo is the idea repository: the server and what its operator
// needs.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], terminal{os.Stdin, os.Stdout, os.Stderr})) }
