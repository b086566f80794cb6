package io.vpccni.rpc.process;

import java.util.Objects;

/** Tells the version that the build has written into a jar. */
public final class Version {
  private Version() {}

  /** Returns the version of a program, or {@code dev} if its classes do not come from a jar. */
  public static String of(Class<?> program) {
    return Objects.requireNonNullElse(program.getPackage().getImplementationVersion(), "dev");
  }
}
