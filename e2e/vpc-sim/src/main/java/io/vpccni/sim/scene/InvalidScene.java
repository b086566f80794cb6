package io.vpccni.sim.scene;

import java.io.Serial;

/** A scene that cannot be, and where in its file. */
final class InvalidScene extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1;

  private final String place;
  private final String what;

  /**
   * @param place such as {@code vpcs[0].subnets[1].cidr}
   */
  InvalidScene(String place, String what) {
    super("scene: " + place + " " + what);
    this.place = place;
    this.what = what;
  }

  String place() {
    return place;
  }

  String what() {
    return what;
  }
}
