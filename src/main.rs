//! The `windvane` program.

fn main() -> std::process::ExitCode {
    windvane::cli::main()
}
