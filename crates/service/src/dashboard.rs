//! How the whole set is doing.

mod csv;

use crate::{Service, ServiceError};
use domain::{Dashboard, DashboardQuery, DashboardTable, Permission, StuckReason};

/// Stuck sessions of each reason that a page shows; the file holds all.
const STUCK_SHOWN: usize = 3;

impl Service {
    /// The figures of the dashboard, as a page shows them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn dashboard(&self, query: &DashboardQuery) -> Result<Dashboard, ServiceError> {
        let mut dashboard = self.all_figures(query).await?;
        let mut shown = [0; StuckReason::ALL.len()];
        dashboard.stuck.retain(|stuck| {
            let shown = &mut shown[stuck.reason as usize];
            *shown += 1;
            *shown <= STUCK_SHOWN
        });
        Ok(dashboard)
    }

    /// A table of the dashboard as a CSV file.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn dashboard_csv(
        &self,
        table: DashboardTable,
        query: &DashboardQuery,
    ) -> Result<String, ServiceError> {
        csv::write(&table.of(&self.all_figures(query).await?))
    }

    /// Everything. How somebody works is for those who assign, and for themselves.
    async fn all_figures(&self, query: &DashboardQuery) -> Result<Dashboard, ServiceError> {
        let now = format!("{:.3}", jiff::Timestamp::now());
        let team = self.accounts.team();
        let mut dashboard = self.store.dashboards().read(query, &now, team).await?;
        if !self.person.may(Permission::Assign) {
            dashboard.everybody = false;
            let me = Some(self.person.id);
            dashboard
                .people
                .retain(|figures| figures.person.as_ref().map(|person| person.id) == me);
        }
        for reason in StuckReason::ALL {
            let of_reason = dashboard
                .stuck
                .iter()
                .filter(|stuck| stuck.reason == *reason);
            match of_reason.count() as u32 {
                0 => {}
                count => dashboard.stuck_counts.push((*reason, count)),
            }
        }
        Ok(dashboard)
    }
}
