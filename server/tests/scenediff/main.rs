//! The program from outside: a real process, real files, real requests.

mod checkpoint;
mod clips;
mod decoder;
mod events;
mod frames;
mod http;
mod object_database;
mod pages;
mod people;
mod refusals;
mod restart;
mod results;
mod server;
mod track;
mod upload;
