//! Starts the panel in the page.

fn main() {
    drydock_admin::run();
}
