/**
 * What every deployment of Tallygate answers, told as tests of a process from outside.
 *
 * <p>No class of the product is on this module's class path but the stubs of its gRPC contract. A run starts the packaged program as a process of its own on
 * one store ({@code tallygate.contract.store}), as the kind of
 * deployment that {@code tallygate.contract.deployment} names, stops it with the signals an operator would use, and counts what was
 * acknowledged. With {@code tallygate.contract.base-url} the tests that touch nothing but keys of their own run against a
 * deployment that is already there.
 *
 * <p>The tests speak HTTP. With {@code tallygate.contract.protocol=grpc} their requests go through
 * {@link io.tallygate.contract.GrpcFront}, which makes calls of them and HTTP answers of what comes back. A request that no
 * message can carry, such as a delta that is text, skips the test that makes it, with the reason.
 *
 * <p>Two classes run side by side, because a class mostly waits for processes; on two processors that takes a third less
 * time. So each has a deployment and a store of its own, and one that stops or cuts off its store has a server of its own
 * ({@link io.tallygate.contract.OutageSuite}). Two JVMs instead of two threads were tried: failsafe then loads the
 * classes into Maven's own JVM, which may be older than the tests' one.
 *
 * <pre>{@code
 * mvn verify                                                     each kind of deployment on one store, and what differs elsewhere
 * mvn verify -Dtallygate.contract.whole                          everything everywhere
 * mvn verify -Dit.test=CrashIT -Dsurefire.failIfNoSpecifiedTests=false
 * mvn verify -pl modules/contract -Dtallygate.contract.base-url=http://127.0.0.1:8080
 * mvn verify -pl modules/contract -Dtallygate.contract.seed=4711
 * mvn verify -Dtallygate.contract.protocol=grpc -Dtallygate.contract.one-run=true
 * }</pre>
 *
 * <p>What belongs to one domain begins with its name: {@link io.tallygate.contract.CounterApi} on top of {@link
 * io.tallygate.contract.Api}, {@link io.tallygate.contract.CounterRoutes} for the calls that its requests are over gRPC. A new
 * domain adds files of its own, and its routes to the list in {@link io.tallygate.contract.GrpcRoutes}.
 *
 * <p>A new way to deploy is a new {@link io.tallygate.contract.Deployment} and a line in
 * {@link io.tallygate.contract.Deployments}; the tests stay as they are.
 */
@NullMarked
package io.tallygate.contract;

import org.jspecify.annotations.NullMarked;
