package io.vpccni.metricshelper.config;

import java.util.Objects;

/** Tells the version that the build has written into the jar. */
public final class Version {
  private Version() {}

  /** Returns the version, or {@code dev} where the classes were not taken from a jar. */
  public static String text() {
    return Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "dev");
  }
}
