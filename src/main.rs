//! The plugin's entry: every frame of it starts here.

fn main() {
    slipway::app::start();
}
