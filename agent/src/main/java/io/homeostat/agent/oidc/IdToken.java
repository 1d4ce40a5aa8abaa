package io.homeostat.agent.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Set;

/**
 * What the provider says of a person, once it is sure that the provider said so, to us, about this login, just now (OpenID Connect
 * Core 1.0, 3.1.3.7).
 */
final class IdToken {

    /** How far the provider's clock may be from ours. */
    static final Duration SKEW = Duration.ofSeconds(60);

    /** A token that was made long ago was not made for this login. */
    private static final Duration OLDEST = Duration.ofMinutes(10);

    /** Signed with a private key: with a shared secret, whoever can verify could also sign. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private IdToken() {}

    /** @param keys the provider's key set, as it serves it */
    static Map<String, Object> verify(
            String token, String keys, String issuer, String clientId, String nonce, Instant now) throws Denied {
        try {
            DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
            processor.setJWSKeySelector(
                    new JWSVerificationKeySelector<>(ALGORITHMS, new ImmutableJWKSet<>(JWKSet.parse(keys))));
            JWTClaimsSet exact = new JWTClaimsSet.Builder()
                    .issuer(issuer)
                    .claim("nonce", nonce)
                    .build();
            DefaultJWTClaimsVerifier<SecurityContext> claims =
                    new DefaultJWTClaimsVerifier<>(clientId, exact, Set.of("sub", "iat", "exp")) {
                        @Override
                        protected Date currentTime() {
                            return Date.from(now);
                        }
                    };
            claims.setMaxClockSkew(Math.toIntExact(SKEW.toSeconds()));
            processor.setJWTClaimsSetVerifier(claims);
            JWTClaimsSet said = processor.process(token, null);
            check(said, clientId, now);
            return said.getClaims();
        } catch (ParseException | BadJOSEException | JOSEException wrong) {
            throw new Denied("the provider's id token does not hold: " + wrong.getMessage());
        }
    }

    private static void check(JWTClaimsSet said, String clientId, Instant now) throws ParseException, Denied {
        String party = said.getStringClaim("azp");
        if (party == null ? said.getAudience().size() > 1 : !party.equals(clientId)) {
            throw new Denied("the provider's id token was made for somebody else (azp " + party + ")");
        }
        Instant made = said.getIssueTime().toInstant();
        if (made.isAfter(now.plus(SKEW)) || made.isBefore(now.minus(OLDEST).minus(SKEW))) {
            throw new Denied(
                    "the provider's id token is of " + made + " and it is " + now + " here; one clock is wrong");
        }
    }
}
