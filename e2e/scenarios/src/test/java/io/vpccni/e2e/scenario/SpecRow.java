package io.vpccni.e2e.scenario;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import org.junit.jupiter.api.DynamicTest;

/**
 * A row is one demand of the CNI specification 1.1 on plugins, named by the section that makes it.
 */
final class SpecRow {
  private SpecRow() {}

  interface Rule {
    void check() throws Exception;
  }

  /**
   * Makes a test of one demand.
   *
   * @param section the section's number and, in sections 1, 2 and 5, the heading below it
   */
  static DynamicTest row(String section, String rule, Rule check) {
    return dynamicTest("section " + section + ": " + rule, check::check);
  }
}
