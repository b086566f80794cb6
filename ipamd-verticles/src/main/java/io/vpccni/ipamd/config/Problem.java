package io.vpccni.ipamd.config;

/**
 * A problem is a setting whose value cannot be used, and what happens instead.
 *
 * @param name the operator's own name of the setting
 * @param value as it was given
 * @param message what is wrong and what is used instead
 */
public record Problem(String name, String value, String message) {
  @Override
  public String toString() {
    return name + "=\"" + value + "\": " + message;
  }
}
