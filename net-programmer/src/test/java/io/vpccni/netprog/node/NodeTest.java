package io.vpccni.netprog.node;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Gives each test of a class a {@link TestNode} of its own, which needs root. */
abstract class NodeTest {
  TestNode node;

  @BeforeEach
  void openNode() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    node = new TestNode();
  }

  @AfterEach
  void closeNode() {
    if (node != null) {
      node.close();
    }
  }
}
