package io.vpccni.cli.command;

import java.util.Locale;

/** Says in which form a command prints its answer. */
enum OutputFormat {
  TABLE,
  JSON;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
