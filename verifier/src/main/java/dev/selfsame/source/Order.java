package dev.selfsame.source;

/** In which order a package's files are made; some file systems list a folder in that order. */
public enum Order {
  FORWARD,
  REVERSED
}
