package io.vpccni.ipamd.json;

/** The text is not the JSON that was expected. */
public final class MalformedJson extends RuntimeException {
  public MalformedJson(String message) {
    super(message);
  }

  public MalformedJson(String message, Throwable cause) {
    super(message, cause);
  }
}
