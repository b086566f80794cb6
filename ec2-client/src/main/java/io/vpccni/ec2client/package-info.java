/**
 * This package makes the EC2 client that our programs ship: AWS's own, cut at build time to the
 * operations that are called. It is not part of what it makes.
 */
@NullMarked
package io.vpccni.ec2client;

import org.jspecify.annotations.NullMarked;
