//! A backend framework with the architecture of NestJS, whose event streams survive.
