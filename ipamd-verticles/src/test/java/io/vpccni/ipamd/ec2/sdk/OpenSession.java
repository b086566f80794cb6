package io.vpccni.ipamd.ec2.sdk;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Keeps a session of the SDK open during each test, and gives it a folder for its files. */
@ExtendWith(VertxExtension.class)
abstract class OpenSession {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @SuppressWarnings("NullAway.Init")
  SdkSession sdk;

  @BeforeEach
  void open(Vertx vertx) {
    sdk = new SdkSession(vertx);
  }

  @AfterEach
  void close() {
    sdk.close();
  }
}
