//! What goes wrong without anybody meaning it: answers, jobs, clocks, storage, and models of ours that are
//! not as we left them.

mod answers;
mod clocks;
mod copying;
mod journal;
mod models;
mod writes;
