package io.vpccni.metricshelper.reading;

import java.io.Serial;

/** Says why a page is not that of an agent. It is expected, so it has no stack trace. */
public final class MalformedPage extends Exception {
  @Serial private static final long serialVersionUID = 1;

  MalformedPage(String message) {
    super(message, null, false, false);
  }
}
