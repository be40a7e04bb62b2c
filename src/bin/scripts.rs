//! The worker that reads TypeScript. Trunk builds it beside the plugin; the page fetches it on first use.

fn main() {
    slipway::ports::script_worker::serve();
}
