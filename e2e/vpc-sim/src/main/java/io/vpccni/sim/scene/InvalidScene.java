package io.vpccni.sim.scene;

import java.io.Serial;

/** A scene file has a mistake, at this place. */
final class InvalidScene extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1;

  private final String place;
  private final String what;

  /**
   * @param place is for example {@code vpcs[0].subnets[1].cidr}
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
