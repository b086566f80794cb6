package io.vpccni.ipamd.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class EndpointTest {
  record Question(String text) implements BusMessage {}

  record Reply(Question to) implements BusMessage {}

  private static final Endpoint<Question, Reply> ENDPOINT =
      new Endpoint<>("test.question", Reply.class);
  private static final Duration SOON = Duration.ofSeconds(5);

  @BeforeEach
  void register(Vertx vertx) {
    ByReferenceCodec.register(vertx);
  }

  @Test
  void messagesAreHandedOverByReference(Vertx vertx, VertxTestContext test) {
    var question = new Question("who?");
    ENDPOINT
        .serve(vertx.eventBus(), asked -> Future.succeededFuture(new Reply(asked)))
        .compose(_ -> ENDPOINT.ask(vertx.eventBus(), question, SOON))
        .onComplete(
            test.succeeding(
                reply -> {
                  test.verify(() -> assertThat(reply.to()).isSameAs(question));
                  test.completeNow();
                }));
  }

  @Test
  void aServiceThatThrowsAnswersAtOnce(Vertx vertx, VertxTestContext test) {
    ENDPOINT
        .serve(
            vertx.eventBus(),
            _ -> {
              throw new IllegalStateException("a bug");
            })
        .compose(_ -> ENDPOINT.ask(vertx.eventBus(), new Question("?"), Duration.ofMinutes(10)))
        .onComplete(
            test.failing(
                error -> {
                  test.verify(
                      () ->
                          assertThat(error)
                              .isInstanceOf(ReplyException.class)
                              .hasMessageContaining("a bug"));
                  test.completeNow();
                }));
  }
}
