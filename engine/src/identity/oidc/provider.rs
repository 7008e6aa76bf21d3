//! What is asked of the company's sign-in, and what of its answers is believed.

use std::future::Future;
use std::pin::Pin;

use diagnostic::Diagnostic;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm as Algorithm, CoreProviderMetadata,
};
use openidconnect::{
    AsyncHttpClient, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
};

use super::Kept;
use crate::outbound::{self, Refused};
use crate::{Engine, Error};

/// How a proof of identity may be signed: by keys that only the issuer has.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

/// What somebody is sent away with.
pub(super) struct Question {
    pub(super) url: String,
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
}

/// An account as the issuer vouches for it.
pub(super) struct Account {
    pub(super) subject: String,
    pub(super) email: Option<String>,
    pub(super) email_verified: bool,
    pub(super) name: Option<String>,
}

/// The guarded client as the library asks for one.
struct Guarded<'e>(&'e Engine);

impl<'c> AsyncHttpClient<'c> for Guarded<'_> {
    type Error = Refused;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Refused>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let request = reqwest::Request::try_from(request).map_err(Refused::Failed)?;
            let answer = outbound::ask(self.0, request).await?;
            let mut response = HttpResponse::new(answer.body);
            *response.status_mut() = openidconnect::http::StatusCode::from_u16(answer.status).unwrap_or_default();
            *response.headers_mut() = answer.headers;
            Ok(response)
        })
    }
}

/// Reads how the issuer is spoken to.
pub(super) async fn metadata(engine: &Engine, issuer: &str) -> Result<CoreProviderMetadata, Error> {
    let wrong =
        || Error::Invalid(vec![Diagnostic::error("settings.issuer_silent").at("/issuer").with("found", issuer)]);
    let url = IssuerUrl::new(issuer.to_owned()).map_err(|_| wrong())?;
    CoreProviderMetadata::discover_async(url, &Guarded(engine)).await.map_err(|error| {
        tracing::warn!(error = &error as &dyn std::error::Error, "the company's sign-in does not tell how it works");
        wrong()
    })
}

/// Where the issuer sends people back to: an address of the settings, never one that a client named.
fn return_address(engine: &Engine) -> Result<RedirectUrl, Error> {
    let missing = || Error::Conflict(vec![Diagnostic::error("settings.public_url_missing")]);
    let base = engine.config().public_url.as_deref().ok_or_else(missing)?.trim_end_matches('/');
    RedirectUrl::new(format!("{base}/api/auth/oidc/callback")).map_err(|_| missing())
}

/// Makes what somebody is sent away with.
pub(super) async fn question(engine: &Engine, kept: &Kept) -> Result<Question, Error> {
    let metadata = metadata(engine, &kept.issuer).await?;
    let secret = kept.secret(engine)?.map(ClientSecret::new);
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(kept.client_id.clone()), secret)
        .set_redirect_uri(return_address(engine)?);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scope(Scope::new("email".to_owned()))
        .add_scope(Scope::new("profile".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    Ok(Question {
        url: url.to_string(),
        state: state.secret().clone(),
        nonce: nonce.secret().clone(),
        verifier: verifier.secret().clone(),
    })
}

/// Takes a code for an account: signature, issuer, audience, time and nonce must fit.
pub(super) async fn account(
    engine: &Engine,
    kept: &Kept,
    code: &str,
    verifier: &str,
    nonce: &str,
) -> Result<Account, Error> {
    let refused = |what: &str| {
        tracing::warn!(what, "the company's sign-in vouched for nobody");
        Error::Unauthenticated(Diagnostic::error("auth.oidc_refused"))
    };
    let metadata = metadata(engine, &kept.issuer).await.map_err(|_| refused("it does not answer"))?;
    let secret = kept.secret(engine)?.map(ClientSecret::new);
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(kept.client_id.clone()), secret)
        .set_redirect_uri(return_address(engine)?);
    let exchange = client
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .map_err(|_| refused("it has no place for codes"))?
        .set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()));
    let answer = exchange.request_async(&Guarded(engine)).await.map_err(|_| refused("it does not take the code"))?;
    let token = answer.id_token().ok_or_else(|| refused("there is no proof of identity"))?;
    let judge = client.id_token_verifier().set_allowed_algs(ALGORITHMS);
    let claims = token.claims(&judge, &Nonce::new(nonce.to_owned())).map_err(|error| refused(&error.to_string()))?;
    let name = claims.name().and_then(|name| name.get(None)).map(|name| name.to_string());
    Ok(Account {
        subject: claims.subject().to_string(),
        email: claims.email().map(|email| email.to_string()),
        email_verified: claims.email_verified().unwrap_or(false),
        name,
    })
}
