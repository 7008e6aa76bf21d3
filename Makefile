# The two commands of the README are `make run` and `make test`.

.PHONY: run test check crash soak schemathesis fuzz mutants bench screenshots

# Builds the product and starts it on SQLite with the example CRM, filled with data.
run:
	@tests/tooling/need cargo node
	cargo build --release --bin verstak
	target/release/verstak serve --data verstak-data --solution examples/crm

# Everything: what `check` says, the tests on both databases, the pages' tests, the story in a browser.
test: check
	tests/tooling/test

# Format, lints, documentation.
check:
	@tests/tooling/need cargo node
	cargo fmt --all -- --check
	cargo fmt --manifest-path tests/fuzz/Cargo.toml -- --check
	VERSTAK_SKIP_UI=1 cargo clippy --workspace --all-targets --quiet -- -D warnings
	VERSTAK_SKIP_UI=1 RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --quiet

# Kills the release build at every failpoint and looks at what is left; `make test` does the same with the debug build.
crash:
	@tests/tooling/need cargo
	tests/tooling/install
	VERSTAK_SKIP_UI=1 cargo build --release --bin verstak
	VERSTAK_BINARY=target/release/verstak VERSTAK_SKIP_UI=1 cargo test --workspace --test it crash

# Asks two worlds, and judges rules, this often on each database: what is hidden must change no answer. For every thousand, six
# writers do sixty acts each at a time, after which every stored formula must be what a calculation from scratch gives.
SOAK ?= 50000
soak:
	@tests/tooling/need cargo
	tests/tooling/install
	VERSTAK_SOAK=$(SOAK) VERSTAK_SKIP_UI=1 cargo test --release --package tests --test it -- --nocapture what_is_hidden_changes_no_answer a_rule_opens_what_it_is_true_on any_acts_of_writers

# Asks the release build whatever its OpenAPI permits and forbids: as administrator, as plain user and as stranger. EXAMPLES=500 PHASES=fuzzing is a short run.
schemathesis:
	@tests/tooling/need cargo node python3
	tests/tooling/schemathesis

# Gives the parsers, the planner and the documents what nobody would write, each target for FUZZ_SECONDS; see CONTRIBUTING.md.
fuzz:
	tests/tooling/fuzz

# Changes the code of rights and of the query compiler place by place; what no test beside it notices is listed. See CONTRIBUTING.md.
mutants:
	tests/tooling/mutants

# Benchmarks in the release build; writes what BENCHMARKS.md tells.
bench:
	tests/tooling/bench

# Pictures of every screen at two sizes, in both languages and themes, into web/screenshots; each is judged by axe as well.
screenshots:
	@tests/tooling/need cargo node
	tests/tooling/install
	cargo build --bin verstak
	E2E=screenshots tests/tooling/e2e
