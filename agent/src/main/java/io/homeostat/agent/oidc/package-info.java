/**
 * Logging people in at a provider of OpenID Connect: the authorization code flow with PKCE. In: what an {@code Access} document says
 * of the provider. Out: what the provider says of a person, after its signature was verified. Loaded when somebody first logs in.
 *
 * <p>Nothing is kept between two logins: where the provider's endpoints are and which keys it signs with is read anew each time, so
 * a key that was changed counts at once. People log in twice a day; two requests more do not matter.
 */
@NullMarked
package io.homeostat.agent.oidc;

import org.jspecify.annotations.NullMarked;
